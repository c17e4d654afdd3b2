/* The kernel's log: lines of text on the console. */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

/* A piece of text, at most 255 bytes. Never blocks; what does not fit the line is dropped and counted. Any context. */
__attribute__((format(printf, 1, 2))) void klog(const char *format, ...);

#endif
